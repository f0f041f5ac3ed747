-- The same numbers as before, in a quarter of the time: it is called when counts cross a power of two.
-- 31 stands for a billion and more.
create or replace function linernotes.contract_size(p_count bigint) returns smallint
language sql immutable parallel safe set search_path = '' as $$
    select width_bucket(p_count, array[
        1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144, 524288, 1048576,
        2097152, 4194304, 8388608, 16777216, 33554432, 67108864, 134217728, 268435456, 536870912, 1073741824
    ]::bigint[])::smallint;
$$;

-- The two pads of HMAC-SHA256 (RFC 2104) for this transaction's key: mark = sha256(outer || sha256(inner || text)).
-- The key is in the setting linernotes.forget_key, 64 hexadecimal digits, which whoever writes sets for its transaction
-- or session; it is kept nowhere. Raises 55000 without a key, and with another than the one that people here were
-- forgotten under: what cannot be recognised must not be stored.
create or replace function linernotes.forget_pads(out inner_pad bytea, out outer_pad bytea)
language plpgsql stable set search_path = '' as $$
declare
    v_text text := current_setting('linernotes.forget_key', true);
    v_key bytea;
begin
    if v_text is null or v_text !~ '^[0-9a-f]{64}$' then
        raise exception using errcode = '55000',
            message = 'people were forgotten in this database, and who stores people here has no key to recognise them',
            hint = 'Set LINERNOTES_FORGET_KEY to the key they were forgotten under (docs/people.md).';
    end if;
    v_key := decode(rpad(v_text, 128, '0'), 'hex');
    select string_agg(set_byte('\x00'::bytea, 0, get_byte(v_key, i) # 54), ''::bytea order by i),
           string_agg(set_byte('\x00'::bytea, 0, get_byte(v_key, i) # 92), ''::bytea order by i)
    into inner_pad, outer_pad
    from generate_series(0, 63) i;
    if exists (
        select from linernotes.forget_key k
        where k.proof <> sha256(outer_pad || sha256(inner_pad || convert_to('linernotes', 'UTF8'))))
    then
        raise exception using errcode = '55000',
            message = 'people were forgotten in this database under another key than the one that is set',
            hint = 'Set LINERNOTES_FORGET_KEY to the key they were forgotten under (docs/people.md).';
    end if;
end
$$;
revoke all on function linernotes.forget_pads() from public;

-- Whether people decided that the two persons these producers stand for are two.
create or replace function linernotes.were_kept_apart(p_one uuid, p_other uuid) returns boolean
language sql stable set search_path = '' as $$
    select exists (
        select from linernotes.producer_merges m
        where m.undone_at is not null
          and (m.merged_id in (select linernotes.identities_of(p_one))
               and m.into_id in (select linernotes.identities_of(p_other))
            or m.merged_id in (select linernotes.identities_of(p_other))
               and m.into_id in (select linernotes.identities_of(p_one))));
$$;

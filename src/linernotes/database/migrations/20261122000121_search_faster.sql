-- What makes search_producers quick for every term of three characters or more.

-- A trigram ends where a word does, so for 'n sm' only the ' sm' could be looked up, and every name with a word that
-- begins so was read. In as_one_word whatever ASCII has beside letters and digits stands as 0, and every three
-- characters of a name are a trigram. It finds candidates; search_text decides.
--
-- size is how many binary digits track_count has. To name the 50 with most tracks among 5,000 matches, the counts of
-- those of the biggest sizes are enough: some 150 rows instead of 5,000. It changes when a count doubles, not with
-- every credit, and in place: no index holds it, and pages keep room.
alter table public.producer_texts
    add column as_one_word text not null generated always as (
        translate(search_text, E' !"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\x1f', '0000000000000000000000000000000000')) stored,
    add column size smallint not null default 0;
alter table public.producer_texts set (fillfactor = 85);
comment on column public.producer_texts.as_one_word is
    'search_text with 0 for every ASCII character that is no letter or digit, so that trigrams span words. Derived.';
comment on column public.producer_texts.size is
    'How many binary digits the track_count of producer_stats has (linernotes.contract_size). Derived.';

-- How many binary digits a count has. Made here and not among the functions, because stored values stand on it: it must
-- not change under them.
create function linernotes.contract_size(p_count bigint) returns smallint
language sql immutable parallel safe set search_path = '' as $$
    select case when p_count <= 0 then 0 else length(ltrim(p_count::bit(64)::text, '0')) end::smallint;
$$;
revoke all on function linernotes.contract_size(bigint) from public;

update public.producer_texts t set size = linernotes.contract_size(s.track_count)
from public.producer_stats s
where s.producer_id = t.producer_id and s.track_count > 0;

drop index public.producer_texts_trgm_idx;
set local search_path = public, extensions;
create index producer_texts_trgm_idx on public.producer_texts using gin (as_one_word gin_trgm_ops);
reset search_path;

grant select (as_one_word, size) on public.producer_texts to anon, authenticated;

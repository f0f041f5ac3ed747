-- name: terms
-- What each source allows, by name.
select t.source, t.licence, t.licence_url, t.attribution,
       (extract(epoch from t.answers_for) / 3600)::integer as answers_for_hours,
       (extract(epoch from t.alone_for) / 3600)::integer as alone_for_hours,
       (extract(epoch from t.shown_for) / 3600)::integer as shown_for_hours, t.fields, t.note
from linernotes.source_terms t
order by t.source;

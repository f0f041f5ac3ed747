-- name: start
insert into linernotes.discoveries
    (source, names, keys, search_keys, schemes, id_values, sent, asked_by, started_at)
values (%(source)s, %(names)s, %(keys)s, %(search_keys)s, %(schemes)s, %(values)s, %(sent)s, %(by)s, %(now)s)
returning id;

-- name: cancel
select linernotes.cancel_discovery(%(id)s, %(by)s, %(now)s);

-- name: known
select from linernotes.discoveries d where d.id = %(id)s;

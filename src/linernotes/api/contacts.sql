-- name: contacts_of
-- The contacts of one person, and the row that says who saw them: neither comes without the other.
with person as (
    select p.id, p.name, p.email from public.producers p where p.id = linernotes.survivor_of(%(id)s)
), noted as (
    insert into linernotes.contact_reads (read_at, caller, role, through, columns, people)
    select %(now)s, %(caller)s, %(role)s, %(through)s, array['email'], 1 from person where person.email is not null
)
select id, name, email from person;

-- name: contact_reads
select read_at, caller, role, through, columns, people from linernotes.contact_reads
order by read_at desc, id desc limit %(limit)s;

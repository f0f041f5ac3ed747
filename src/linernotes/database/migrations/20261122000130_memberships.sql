-- A person may leave a group and join it again, and sources may differ: each source's word, each time (rule P5).
alter table linernotes.group_members drop constraint group_members_pkey;
create unique index group_members_key on linernotes.group_members (group_id, member_id, source, begin_date)
    nulls not distinct;
alter table linernotes.group_members add constraint group_members_dates_check check (end_date >= begin_date);

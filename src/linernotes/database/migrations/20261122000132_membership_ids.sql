-- A row that can be named: its natural key has a part that may be null.
alter table linernotes.group_members add column id bigint generated always as identity primary key;

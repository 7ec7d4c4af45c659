-- Up to which instant events were sent to the collector of the administration (DS-089).
create table forwarded (
  name  text        constraint forwarded_pk primary key,
  until timestamptz not null
);

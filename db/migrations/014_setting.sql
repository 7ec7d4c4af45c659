-- What is set on screens, with what stood before.
select 1;

---- create above / drop below ----

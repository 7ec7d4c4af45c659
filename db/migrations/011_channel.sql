-- How words reach a person, and what became of each.
select 1;

---- create above / drop below ----

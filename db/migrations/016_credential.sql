select 1;

---- create above / drop below ----

-- What is handed to the core business system, and its receipts.
select 1;

---- create above / drop below ----

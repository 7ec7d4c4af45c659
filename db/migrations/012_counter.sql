-- What comes in on paper, and receipts anybody may verify.
select 1;

---- create above / drop below ----

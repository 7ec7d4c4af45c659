-- Whom a message goes to when nothing else of its dossier stands any more: the applicant somebody acted for in a draft that was
-- erased. Sealed under a key derived from the keyring, and taken away once the message has left, or is given up.
alter table mail add column reached bytea;

---- create above / drop below ----

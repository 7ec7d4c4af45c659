-- Files that somebody let be made, and that are not: their job waits, runs, or was lost with the server that did it.
-- name: ReleaseRequestsOpen :many
select id from release_request where state in ('approved', 'making') order by id;

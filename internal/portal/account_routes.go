package portal

import "guichet/internal/web"

// accountRoutes are the pages of people: home, registration, sign-in, account, the list of dossiers, notices.
func accountRoutes(d *web.Door, p *portal) {}

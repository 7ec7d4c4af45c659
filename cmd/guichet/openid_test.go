package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet"
	"guichet/internal/procedure"
)

func settings(lines map[string]string) func(string) string {
	return func(name string) string { return lines[name] }
}

// What is missing or wrong of a provider is named with its setting and its mend, and secrets are not printed.
func TestProviderSettings(t *testing.T) {
	good := map[string]string{
		"GUICHET_OPENID_ISSUER": "https://accounts.example", "GUICHET_OPENID_CLIENT": "guichet", "GUICHET_OPENID_SECRET": "tres-secret", "GUICHET_OPENID_LABEL_FR": "MonCompte",
	}
	c, err := loadConfig("", settings(good))
	if err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	c.print(&printed)
	if strings.Contains(printed.String(), "tres-secret") || !strings.Contains(printed.String(), "GUICHET_OPENID_SECRET=(set, not shown)") {
		t.Error("the secret is printed")
	}
	got, err := c.people().config()
	if err != nil || got.Label.EN != "MonCompte" || len(got.Scopes) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, x := range []struct{ name, value, told string }{
		{"GUICHET_OPENID_ISSUER", "http://accounts.example", "GUICHET_OPENID_ISSUER is wrong: write a whole https address"},
		{"GUICHET_OPENID_ISSUER", "", "GUICHET_OPENID_ISSUER is missing"},
		{"GUICHET_OPENID_CLIENT", "", "GUICHET_OPENID_CLIENT is missing"},
		{"GUICHET_OPENID_SECRET", "", "GUICHET_OPENID_SECRET is missing"},
		{"GUICHET_OPENID_LABEL_FR", "", "GUICHET_OPENID_LABEL_FR is missing"},
		{"GUICHET_OPENID_CA", "openid_test.go", "GUICHET_OPENID_CA is wrong"},
		{"GUICHET_AGENTS_OPENID_ISSUER", "https://desk.example", "GUICHET_AGENTS_OPENID_GROUPS is missing"},
	} {
		lines := map[string]string{x.name: x.value}
		for k, v := range good {
			if k != x.name {
				lines[k] = v
			}
		}
		if _, err := loadConfig("", settings(lines)); err == nil || !strings.Contains(err.Error(), x.told) {
			t.Errorf("%s=%q: %v", x.name, x.value, err)
		}
	}
}

// The file of groups is read before anything starts; what is wrong in it is named with its line and its mend.
func TestGroupsFile(t *testing.T) {
	catalogue, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused[0])
	}
	p := catalogue.All()[0].ID
	read := func(words string) ([]string, error) {
		file := filepath.Join(t.TempDir(), "groups")
		if err := os.WriteFile(file, []byte(words), 0o600); err != nil {
			t.Fatal(err)
		}
		rights, err := Config{DeskIssuer: "https://desk.example", DeskGroups: file}.groups(catalogue)
		var out []string
		for _, r := range rights {
			out = append(out, r.Group+"="+r.Right.Role+"/"+r.Right.Team)
		}
		return out, err
	}
	got, err := read("# groups\n\n" + p + "/authority/north\t CN=Agents du Nord,OU=Guichet \n*/admin  heads\n")
	if err != nil || strings.Join(got, " ") != "CN=Agents du Nord,OU=Guichet=authority/north heads=admin/" {
		t.Errorf("%q, %v", got, err)
	}
	for words, told := range map[string]string{
		"\n" + p + "/boss heads": `:2: procedure "` + p + `" has no role "boss" for agents; it has: authority`,
		p + "/user heads":        `has no role "user" for agents`,
		"bread/authority heads":  `:1: there is no procedure "bread"; there are: ` + p,
		p + "/authority":         ":1: write procedure/role",
		"authority heads":        ":1: write procedure/role",
		"*/authority heads":      "the one over the whole installation is */admin",
		"# nothing\n":            "gives no group any right",
	} {
		if _, err := read(words); err == nil || !strings.Contains(err.Error(), told) {
			t.Errorf("%q: %v", words, err)
		}
	}
}

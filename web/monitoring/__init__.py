"""What machines ask the site: is it alive, is it ready, how much does it do. No page for people, no account needed."""

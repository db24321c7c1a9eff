"""Values and mechanisms that every room uses. No tables and no words of the trade live here."""

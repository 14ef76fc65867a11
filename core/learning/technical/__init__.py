"""The technical heads: trained on photographs that were spoilt by known degrees."""

"""Recurrent networks as arithmetic: many in one batch, trained, analysed and drawn."""

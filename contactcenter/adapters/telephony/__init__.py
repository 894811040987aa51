"""The telephone network: SIP transports on the engine's side, and the media workers that carry the sound."""

"""The agenda of a review: what the published mart has to say to the people who meet, in the order that it matters."""

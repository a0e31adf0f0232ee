"""Every component in every state, with invented content: the room where its look is judged."""

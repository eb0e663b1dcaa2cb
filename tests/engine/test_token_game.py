"""Drawings without any structure run as the token game of the standard says, saved and restored after every step."""

import random

import pytest

from tests.engine.diagrams import tokens
from tests.engine.diagrams.case import Case

MIXTURES = {
    "parallel": ["user", "choice", "par", "xor"],
    "inclusive": ["user", "choice", "inc", "xor"],
    "both": ["user", "choice", "par", "inc", "xor"],
    "joins": ["choice", "inc", "inc", "par"],
    "quantities": ["user", "choice", "two", "par", "inc"],
    "complex": ["user", "choice", "complex", "complex", "par"],
    "all": ["user", "choice", "two", "par", "inc", "xor", "complex"],
}
MOST_MOVES = 30


@pytest.mark.parametrize("mixture", MIXTURES)
@pytest.mark.parametrize("seed", range(12))
def test_every_move_leads_where_the_token_game_does(mixture, seed):
    compare(mixture, seed)


@pytest.mark.long
@pytest.mark.parametrize("mixture", MIXTURES)
@pytest.mark.parametrize("seed", range(12, 300))
def test_many_more_moves_lead_where_the_token_game_does(mixture, seed):
    compare(mixture, seed)


def compare(mixture: str, seed: int) -> None:
    dice = random.Random(f"{mixture}{seed}")
    maze = tokens.lay(f"{mixture}{seed}", MIXTURES[mixture], 5 + seed % 6)
    game, other = (tokens.Game(maze, eager=eager) for eager in (True, False))
    case, walked = Case(tokens.draw(maze)), []
    for _move in range(MOST_MOVES):
        if game.stands != other.stands or len(game.steps) > tokens.MOST // 2:
            return  # the standard leaves it open, or the tokens multiply
        assert case.steps == game.steps, (walked, maze)
        if not game.steps:
            assert case.standing.finished == (not +game.tokens), (walked, maze)
            return
        step, choice = dice.choice(game.steps), dice.randrange(4)
        walked.append((step, choice))
        case.do(step, pilih=choice)
        game.do(step, choice)
        other.do(step, choice)

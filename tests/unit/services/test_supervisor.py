"""Who follows a worker process that died, and when."""

from __future__ import annotations

from linernotes.queues.belt import DeadWorker
from linernotes.services.supervisor import LONGEST_PAUSE, Child, Place, place_after

DEAD = [DeadWorker(name=f"host:{n}", killed=False) for n in range(40)]


def child(place: Place, *, begun: bool) -> Child:
    return Child(pid=1, place=place, started=0.0, begun=begun)


def test_a_process_that_died_at_work_is_replaced_a_moment_later_and_its_work_given_back() -> None:
    place = place_after(child(Place(dead=(DEAD[0],), failed=3), begun=True), DEAD[1], now=100.0)
    assert place == Place(due=100.05, dead=(DEAD[1],))


def test_each_that_dies_before_it_has_begun_doubles_the_pause_up_to_half_a_minute() -> None:
    place, pauses = Place(), []
    for dead in DEAD:
        place = place_after(child(place, begun=False), dead, now=0.0)
        pauses.append(place.due)
    assert pauses[:4] == [0.1, 0.2, 0.4, 0.8]
    assert pauses[-1] == LONGEST_PAUSE.total_seconds() == max(pauses)


def test_what_a_process_that_never_began_was_to_give_back_the_next_one_gives_back() -> None:
    place = place_after(child(Place(dead=(DEAD[0],)), begun=False), DEAD[1], now=0.0)
    assert place.dead == (DEAD[0], DEAD[1])

"""`kill -9` of the web process, at any moment, while eight people work."""

from typing import Any

from tests.faults.programs import wait_until_it_answers


def test_a_killed_web_worker_loses_no_step_and_doubles_none(under_fire: Any) -> None:
    web = under_fire.serve()

    with under_fire.at_work():
        under_fire.break_often(web.kill_a_child)

    under_fire.must_be_whole()


def test_a_killed_server_goes_on_where_the_last_step_ended(under_fire: Any) -> None:
    web = under_fire.serve()

    def kill_and_start_again(_number: int) -> None:
        web.kill()
        web.start()
        wait_until_it_answers(f"http://127.0.0.1:{under_fire.ports[0]}/sign-in", web)

    with under_fire.at_work():
        under_fire.break_often(kill_and_start_again)

    under_fire.must_be_whole()

"""A bad or missing setting stops the start with one clear line that names the variable."""

import pytest

from pulse.app import create_app
from pulse.config import load
from pulse.domain.errors import BadSetting

SECRET = "s" * 32
WRONG = {
    "PULSE_SECRET_KEY": {"secret_key": "too short"},
    "PULSE_MODE": {"mode": "prod"},
    "PULSE_DATABASE_URL": {"database_url": "mysql://u@host/pulse"},
    "PULSE_BOX_DATABASE_URL": {"box_database_url": "nonsense"},
    "PULSE_PUBLIC_URL": {"public_url": "pulse.acme.example"},
    "PULSE_TIME_ZONE": {"time_zone": "Mars"},
    "PULSE_SMTP_PORT": {"smtp_port": "mail"},
    "PULSE_POLICY__FLOOR": {"policy": {"floor": 4}},
    "PULSE_POLICY__WAVE_BALLOTS": {"policy": {"wave_ballots": 9}},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named_in_one_line(name):
    with pytest.raises(BadSetting) as caught:
        load(_env_file=None, **({"secret_key": SECRET} | WRONG[name]))
    assert f"{name} " in caught.value.message
    assert "\n" not in caught.value.message


def test_production_has_no_secret_of_its_own():
    with pytest.raises(BadSetting, match="PULSE_SECRET_KEY"):
        load(_env_file=None)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    settings = load(_env_file=None, secret_key=SECRET, instance=in_the_way / "instance")
    with pytest.raises(BadSetting, match="PULSE_INSTANCE"):
        create_app(settings)

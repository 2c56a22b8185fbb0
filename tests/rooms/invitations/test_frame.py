from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from pulse.db import reading, transaction
from pulse.domain.dimension import ORGANISATION
from pulse.domain.errors import Conflict
from pulse.invitations import frame
from pulse.invitations.frame import FrameRequest
from pulse.invitations.model import FrameMember
from pulse.surveys.audience import Audience


def rows(wave_id: int) -> dict[int, dict[str, str]]:
    with reading() as session:
        found = session.execute(
            select(FrameMember.employee_id, FrameMember.labels).where(
                FrameMember.wave_id == wave_id
            )
        )
        return {row.employee_id: row.labels for row in found}


def test_everybody_has_one_label_in_each_dimension_and_none_is_rare(
    request_for: FrameRequest,
) -> None:
    with transaction() as session:
        dimensions = frame.freeze(session, request_for)
        assert frame.invited(session, request_for.wave_id) == 40
    members = rows(request_for.wave_id)
    assert len(members) == 40
    for dimension in dimensions:
        carried = [labels[dimension.key] for labels in members.values()]
        for node in dimension.labels:
            assert carried.count(node.code) == node.invited >= 8


def test_small_units_are_pooled_and_named(request_for: FrameRequest) -> None:
    with transaction() as session:
        organisation, site = frame.freeze(session, request_for)
        units = frame.label_units(session, request_for.wave_id)
    names = {node.code: (node.name, node.invited) for node in organisation.nodes}
    # Cold (6) and the kitchen's office (5) are one label; Acme's office (3) joins the bar.
    assert names == {
        "all": ("Acme", 0),
        "u2": ("Bar and Acme (office)", 17),
        "u3": ("Kitchen", 0),
        "u3.own": ("Kitchen (office and small teams)", 11),
        "u5": ("Hot", 12),
    }
    assert units == {"u2": (1, 2), "u3.own": (3, 4), "u5": (5,)}
    assert site.key == "site"


def test_only_reportable_attributes_with_two_classes_are_dimensions(
    request_for: FrameRequest,
) -> None:
    with reading() as session:
        found = frame.preview(session, request_for)
    assert [item.key for item in found.dimensions] == [ORGANISATION, "site"]
    assert [(item.key, item.reason) for item in found.dropped] == [
        ("sex", "fewer than two classes have at least 8 people")
    ]


def test_the_audience_is_units_with_all_below_and_values_of_attributes(
    request_for: FrameRequest,
) -> None:
    def asked(**audience: object) -> int:
        wanted = replace(request_for, audience=Audience(**audience), fewest=8)
        with reading() as session:
            return len(frame.preview(session, wanted).people)

    assert asked(unit_ids=(3,)) == 23
    assert asked(unit_ids=(2, 5)) == 26
    assert asked(attributes={"site": ("Leeds",)}) == 20
    assert asked(unit_ids=(2,), attributes={"site": ("Leeds", "York"), "sex": ("F",)}) == 14


def test_too_few_people_are_never_asked(request_for: FrameRequest) -> None:
    few = replace(request_for, audience=Audience(unit_ids=(2,)))
    with reading() as session, pytest.raises(Conflict, match="Only 14 people"):
        frame.freeze(session, few)


def test_people_not_employed_that_day_are_not_asked(request_for: FrameRequest) -> None:
    early = replace(request_for, day=request_for.day - timedelta(days=101))
    with reading() as session, pytest.raises(Conflict, match="Only 0 people"):
        frame.preview(session, early)


def test_a_frame_is_frozen_once(request_for: FrameRequest) -> None:
    with transaction() as session:
        frame.freeze(session, request_for)
        with pytest.raises(Conflict):
            frame.freeze(session, request_for)


def crossed(request: FrameRequest, *dimensions: str) -> FrameRequest:
    return replace(request, dimensions=dimensions)


def test_a_crossing_is_a_dimension_of_its_own(request_for: FrameRequest) -> None:
    wanted = crossed(request_for, "site", "organisation*site")
    with transaction() as session:
        dimensions = frame.freeze(session, wanted)
    assert [item.key for item in dimensions] == [ORGANISATION, "site", "organisation*site"]
    both = dimensions[2]
    assert both.name == "Organisation and Site together"
    members = rows(request_for.wave_id)
    assert len(members) == 40
    carried = [labels[both.key] for labels in members.values()]
    named = {node.code: (node.name, node.invited) for node in both.labels}
    assert named == {
        "u2*c-leeds": ("Bar and Acme (office): Leeds", 9),
        "u2*c-york": ("Bar and Acme (office): York", 8),
        "u3*c-leeds": ("Kitchen: Leeds", 11),
        "u3*c-york": ("Kitchen: York", 12),
    }
    assert {code: carried.count(code) for code in named} == {
        code: invited for code, (_, invited) in named.items()
    }
    for labels in members.values():
        assert labels[both.key].endswith(labels["site"])


def test_people_are_counted_by_all_their_labels_together(request_for: FrameRequest) -> None:
    wanted = crossed(request_for, "site", "organisation*site")
    with transaction() as session:
        keys = [item.key for item in frame.freeze(session, wanted)]
        joint = frame.joint(session, request_for.wave_id, keys)
    assert joint.by_label("organisation*site")["u2*c-york"] == 8
    assert joint.total == 40


def test_a_crossing_goes_with_the_attribute_that_is_dropped(request_for: FrameRequest) -> None:
    wanted = crossed(request_for, "site", "sex", "organisation*sex", "badge*site")
    with reading() as session:
        found = frame.preview(session, wanted)
    assert [item.key for item in found.dimensions] == [ORGANISATION, "site"]
    assert [(item.key, item.name, item.reason) for item in found.dropped[1:]] == [
        (
            "organisation*sex",
            "Organisation and Sex together",
            "this wave is not divided by Sex alone",
        ),
        ("badge*site", "badge and Site together", "this wave is not divided by badge alone"),
    ]


def test_a_crossing_whose_classes_are_too_small_is_dropped(request_for: FrameRequest) -> None:
    wanted = replace(crossed(request_for, "site", "organisation*site"), label_minimum=13)
    with reading() as session:
        found = frame.preview(session, wanted)
    assert [(item.key, item.reason) for item in found.dropped] == [
        ("organisation*site", "in no part do two classes have at least 13 people each")
    ]


def test_names_are_those_of_the_frame_and_of_everybody_employed(request_for: FrameRequest) -> None:
    long_ago = request_for.day - timedelta(days=3_000)
    only_bar = replace(request_for, audience=Audience(unit_ids=(2,)), fewest=5)
    with transaction() as session:
        assert frame.names(session, request_for.wave_id, long_ago) == ()
        assert len(frame.names(session, request_for.wave_id, request_for.day)) == 40
        frame.freeze(session, only_bar)
        asked = frame.invited(session, request_for.wave_id)
        assert len(frame.names(session, request_for.wave_id, long_ago)) == asked < 40
        assert len(frame.names(session, request_for.wave_id, request_for.day)) == 40

from pulse.people.overview import UnitLine, divisions, lines
from pulse.people.units import UnitNode


def unit(number, parent=None):
    return UnitNode(number, str(number), f"Unit {number}", parent)


def shown(tree, own):
    return [
        (found.top.name, found.top.total, [(one.name, one.depth) for one in found.below])
        for found in divisions(lines(tree, own))
    ]


def test_units_stand_under_their_division():
    tree = (unit(1), unit(2), unit(3, 1), unit(4, 3))
    assert shown(tree, {3: 5, 4: 2, 2: 1}) == [
        ("Unit 1", 7, [("Unit 3", 1), ("Unit 4", 2)]),
        ("Unit 2", 1, []),
    ]


def test_one_roof_over_everything_is_no_division_but_its_own_people_are_shown():
    tree = (unit(1), unit(2, 1), unit(3, 2))
    assert shown(tree, {3: 5}) == [("Unit 2", 5, [("Unit 3", 1)])]
    assert shown(tree, {1: 2, 3: 5})[0] == ("Unit 1", 2, [])


def test_a_company_of_one_unit_or_none():
    assert shown((unit(1),), {1: 4}) == [("Unit 1", 4, [])]
    assert divisions(()) == divisions((UnitLine("A", 0, 0, 0),))[1:]

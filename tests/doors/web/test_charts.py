import gzip
import json
import re
import subprocess
import sys
from datetime import date, timedelta

import plotly.graph_objects as go
import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from pulse.churn.estimate import Estimate
from pulse.churn.result import MoodPoint
from pulse.web.charts import assets, figure, timeline_figure
from pulse.web.charts.figure import Chart, Table, figure_json
from pulse.web.charts.table import csv_response

HEAVY = """
import sys
import pulse.fieldwork, pulse.web.churn
from pulse.web.charts import figure
import plotly.graph_objects as go
figure.figure_json(go.Figure(data=[go.Scatter(x=[1], y=[2])], layout=figure.base_layout()))
print(sorted({"numpy", "scipy", "pandas", "statsmodels"} & set(sys.modules)))
"""


@pytest.fixture
def plain() -> Flask:
    """An application without a database: charts and their files need none."""
    made = Flask("charts", template_folder="../templates", root_path=str(assets.__file__))
    made.register_blueprint(assets.blueprint)
    return made


def drawn(**trace: object) -> str:
    return str(figure_json(go.Figure(data=[go.Scatter(**trace)], layout=figure.base_layout())))


def test_a_figure_cannot_end_its_script_tag() -> None:
    text = drawn(x=[1], y=[1], name="</script><script>alert(1)</script>")
    assert "<" not in text
    assert ">" not in text


@pytest.mark.parametrize("name", ["<a href='//evil.example'>x</a>", "<b>x", "<sup>1</sup>"])
def test_names_bring_no_tag_into_a_label(name: str) -> None:
    found = json.loads(drawn(x=[1], y=[1], hovertext=[name]))["data"][0]["hovertext"][0]
    assert "<" not in found
    assert "&lt;" in found


def test_line_breaks_of_our_own_stay() -> None:
    found = json.loads(drawn(x=[1], y=[1], hovertemplate="a<br>b<extra></extra>"))["data"][0]
    assert found["hovertemplate"] == "a<br>b<extra></extra>"


def test_no_chart_can_be_uploaded() -> None:
    config = json.loads(drawn(x=[1], y=[1]))["config"]
    assert config["showSendToCloud"] is False
    assert config["plotlyServerURL"] == ""
    assert config["displayModeBar"] is False


def test_gaps_are_empty_in_the_json() -> None:
    assert json.loads(drawn(x=[1, 2], y=[None, 2]))["data"][0]["y"] == [None, 2]


def test_a_chart_loads_no_number_crunching_library() -> None:
    done = subprocess.run([sys.executable, "-c", HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_rule_of_the_bundle_is_in_the_sheet() -> None:
    rules = assets.stylesheet().body.decode().splitlines()
    script = assets.bundle().body.decode()
    block = script[script.index('{"X,X div":') : script.index("replace(/X/g")]
    assert len(rules) == len(re.findall(r"(?<=[{,])(?:\"[^\"]*\"|'[^']*'|\w+):(?=[\"'])", block))
    assert rules[-1].startswith(".js-plotly-plot .plotly,.js-plotly-plot .plotly div{direction")
    assert any(rule.startswith(".plotly-notifier{") for rule in rules)
    assert all(re.fullmatch(r"[^{}]+\{[^{}]*\}", rule) for rule in rules)


def test_a_bundle_of_another_form_is_noticed() -> None:
    with pytest.raises(LookupError):
        assets.injected_rules("var nothing = {};")


def test_the_bundle_is_compressed_and_cached_for_ever(plain: Flask) -> None:
    client = plain.test_client()
    url = f"/charts/plotly-{assets.bundle().digest}.js"
    packed = client.get(url, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < 1_600_000
    whole = client.get(url, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in whole.headers
    assert whole.data == gzip.decompress(packed.data)


@pytest.mark.parametrize("kind", ["js", "css"])
def test_only_the_installed_version_is_served(plain: Flask, kind: str) -> None:
    assert plain.test_client().get(f"/charts/plotly-0000.{kind}").status_code == 404


def test_no_line_crosses_a_wave_that_is_missing() -> None:
    days = [0, 30, 60, 120, 150]
    sure = Estimate(0.5, 0.4, 0.6)
    moods = [
        MoodPoint(at, date(2026, 1, 1) + timedelta(days=day), 20, sure)
        for at, day in enumerate(days)
    ]
    found = timeline_figure.with_gaps(moods)
    assert [point.wave if point else None for point in found] == [0, 1, 2, None, 3, 4]
    assert timeline_figure.with_gaps(moods[:1]) == moods[:1]


def test_a_refused_chart_shows_its_reason_and_no_empty_plot(app: Flask) -> None:
    page = in_page(Chart("a", "A title", "", refusal="Only 3 so far."))
    assert "Only 3 so far." in page
    assert "data-chart" not in page
    assert 'class="chart"' not in page


def test_a_chart_comes_with_its_sentence_its_table_and_its_file(app: Flask) -> None:
    table = Table("Caption", ("Unit", "Value"), (("<b>Sales</b>", "1.5"),))
    made = figure_json(go.Figure(layout=figure.base_layout()))
    page = in_page(Chart("a", "A title", "It rose.", made, table, "/a.csv"))
    assert 'data-chart="figure-a"' in page
    assert 'role="img" aria-label="A title. It rose."' in page
    assert "&lt;b&gt;Sales&lt;/b&gt;" in page
    assert 'href="/a.csv"' in page


def in_page(chart: Chart) -> str:
    text = '{% import "_macros/chart.html" as chart %}{{ chart.box(item) }}'
    return render_template_string(text, item=chart)


def test_a_file_runs_no_formula() -> None:
    table = Table("", ("Unit", "Change"), (("=HYPERLINK(1)", "-1.5"), ("@x", "+2"), ("A", "-x")))
    text = csv_response(table, "changes").get_data(as_text=True)
    assert text.splitlines() == ["Unit,Change", "'=HYPERLINK(1),-1.5", "'@x,+2", "A,'-x"]


def test_the_sheet_is_linked_as_plotly_looks_for_it(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        text = '{% import "_macros/chart.html" as chart %}{{ chart.files() }}'
        page = render_template_string(text)
    assert 'id="plotly.js-style-global" class="no-inline-styles"' in page
    for url in re.findall(r'(?:href|src)="([^"]+)"', page):
        with client.get(url) as response:
            assert response.status_code == 200

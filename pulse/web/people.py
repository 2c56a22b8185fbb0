"""HR's door to the staff file: what is known, and the way of a new file from upload to applied.

A small file is checked and applied within the request, a large one by the worker; the page of an
import looks the same for both and shows how far it has got.
"""

from contextlib import closing
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from pulse import clock
from pulse.db import reading, transaction
from pulse.domain.errors import Invalid
from pulse.domain.permission import Permission
from pulse.domain.staff_plan import StaffPlan
from pulse.people import (
    attributes,
    csv_file,
    imports,
    mappings,
    overview,
    problem_file,
    staging,
    uploads,
)
from pulse.people.csv_file import StaffFile
from pulse.people.imports import ImportInfo, ImportState, NewImport
from pulse.web import addresses, people_files
from pulse.web.errors import show_on
from pulse.web.guard import requires
from pulse.web.people_forms import (
    ApplyForm,
    ButtonForm,
    ColumnsForm,
    MarkForm,
    UploadForm,
    columns_data,
    sorted_words,
)

blueprint = Blueprint("people", __name__)

PROBLEMS_PER_PAGE = 50

Page = str | BaseResponse | tuple[str, int]


@blueprint.get("/hr/people")
@requires(Permission.MANAGE_PEOPLE)
def index() -> str:
    return _index_page(UploadForm())


def _index_page(form: UploadForm) -> str:
    today = clock.now().date()
    with reading() as session:
        return render_template(
            "people/index.html",
            form=form,
            mark=MarkForm(),
            overview=overview.overview(session, today),
            attributes=attributes.listing(session),
            imports=imports.latest(session),
        )


@blueprint.post("/hr/people")
@requires(Permission.MANAGE_PEOPLE)
def upload() -> Page:
    form = UploadForm()
    if not form.validate_on_submit():
        return _index_page(form), 400
    now = clock.now()
    try:
        import_id = _receive(form, now)
    except Invalid as error:
        show_on(form, error)
        return _index_page(form), 400
    return redirect(url_for("people.columns", import_id=import_id))


def _receive(form: UploadForm, now: datetime) -> int:
    with closing(form.file.data) as sent:
        kept = uploads.receive(people_files.folder(), sent.stream)
    try:
        csv_file.inspect(kept.file)
    except Invalid:
        kept.remove()
        raise
    name = form.file.data.filename or "staff file"
    with transaction() as session:
        return imports.receive(session, NewImport(name, kept.name, now.date()), now)


@blueprint.route("/hr/people/import/<int:import_id>/columns", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def columns(import_id: int) -> Page:
    with reading() as session:
        info = imports.get(session, import_id)
    if info.running or info.state is ImportState.APPLIED:
        return redirect(url_for("people.show", import_id=import_id))
    file = csv_file.inspect(people_files.upload_of(info).file)
    plan = _proposed(info, file)
    form = ColumnsForm(data={**columns_data(plan), "as_of": info.as_of})
    form.offer(file.header)
    if form.validate_on_submit():
        try:
            _order_check(info, form, plan, file)
        except Invalid as error:
            show_on(form, error)
        else:
            return redirect(url_for("people.show", import_id=import_id))
    page = render_template(
        "people/columns.html",
        form=form,
        info=info,
        further=_further(file, plan),
        discard=ButtonForm(),
    )
    return page, 400 if form.errors else 200


def _proposed(info: ImportInfo, file: StaffFile) -> StaffPlan:
    if info.plan is not None:
        return info.plan
    with reading() as session:
        return mappings.propose(session, file.header)


def _order_check(info: ImportInfo, form: ColumnsForm, before: StaffPlan, file: StaffFile) -> None:
    plan = form.plan(dict(before.words))
    plan.check(file.header)
    if people_files.small(info):
        staging.settle_dates(file, plan)
    with transaction() as session:
        imports.order_check(session, info.id, plan, form.as_of.data or info.as_of)
    people_files.work_if_small(info)


def _further(file: StaffFile, plan: StaffPlan) -> list[tuple[str, str]]:
    """Give the columns that hold no field, each with a few of its values."""
    rows = list(staging.samples(file))
    taken = set(plan.columns.values())
    return [
        (name, ", ".join(dict.fromkeys(row[place] for row in rows if len(row) > place)))
        for place, name in enumerate(file.header)
        if name not in taken
    ]


@blueprint.get("/hr/people/import/<int:import_id>")
@requires(Permission.MANAGE_PEOPLE)
def show(import_id: int) -> Page:
    with reading() as session:
        info = imports.get(session, import_id)
    if info.state is ImportState.UPLOADED:
        return redirect(url_for("people.columns", import_id=import_id))
    if info.running:
        return _progress_page(info)
    if info.state is ImportState.CHECKED:
        return _preview_page(info)
    return render_template("people/ended.html", info=info, discard=ButtonForm())


def _progress_page(info: ImportInfo) -> str:
    kept = people_files.upload_of(info)
    # Every row is read once and compared once.
    total = 2 * csv_file.lines(kept.file)
    done = min(kept.rows_done(), total)
    return render_template("people/progress.html", info=info, done=done, total=total)


def _preview_page(info: ImportInfo) -> str:
    page = addresses.number("page") or 1
    found = people_files.upload_of(info).problems(PROBLEMS_PER_PAGE, (page - 1) * PROBLEMS_PER_PAGE)
    return render_template(
        "people/preview.html",
        info=info,
        report=info.report,
        problems=found,
        page=page,
        pages=-(-found.total // PROBLEMS_PER_PAGE),
        form=ApplyForm(),
        button=ButtonForm(),
    )


@blueprint.post("/hr/people/import/<int:import_id>/words")
@requires(Permission.MANAGE_PEOPLE)
def words(import_id: int) -> Page:
    with transaction() as session:
        info = imports.get(session, import_id)
        known = [word for word, _ in info.report.unknown_words] if info.report else []
        imports.sort_words(session, import_id, sorted_words(request.form.to_dict(), known))
    people_files.work_if_small(info)
    return redirect(url_for("people.show", import_id=import_id))


@blueprint.post("/hr/people/import/<int:import_id>/apply")
@requires(Permission.MANAGE_PEOPLE)
def apply(import_id: int) -> Page:
    form = ApplyForm()
    with transaction() as session:
        info = imports.get(session, import_id)
        imports.order_apply(session, import_id, skip_rejected=form.skip_rejected.data)
    people_files.work_if_small(info)
    return redirect(url_for("people.show", import_id=import_id))


@blueprint.get("/hr/people/import/<int:import_id>/problems.csv")
@requires(Permission.MANAGE_PEOPLE)
def problems(import_id: int) -> Response:
    with reading() as session:
        info = imports.get(session, import_id)
    body = problem_file.lines(people_files.upload_of(info).problems().problems)
    headers = {"Content-Disposition": "attachment; filename=problems.csv"}
    return Response(body, mimetype="text/csv", headers=headers)


@blueprint.post("/hr/people/import/<int:import_id>/discard")
@requires(Permission.MANAGE_PEOPLE)
def discard(import_id: int) -> Page:
    with transaction() as session:
        info = imports.get(session, import_id)
        imports.discard(session, import_id)
    people_files.upload_of(info).remove()
    flash("The file is discarded; nothing of it was kept.", "success")
    return redirect(url_for("people.index"))


@blueprint.post("/hr/people/attributes/<key>")
@requires(Permission.MANAGE_PEOPLE)
def mark(key: str) -> Page:
    form = MarkForm()
    with transaction() as session:
        attributes.mark(session, key, reportable=form.reportable.data)
    return redirect(url_for("people.index") + "#attributes")

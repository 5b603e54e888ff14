"""Documents that fit together: databases, overlays, environments."""

import pytest

from broxspec.specs.documents import of_sources
from broxspec.kinds.database import model as databases
from broxspec.kinds.indexes import model as indexes
from broxspec.specs.resolve import collect, resolve
from broxspec.source import Source

SHOP = "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nenvironments: [staging, production]\ncontacts: {dba: {email: a@b, phone: '1'}}\n"
ORDERS = "kind: indexes\ntable: orders\nindexes:\n  - [userId]\n"


def read(tmp_path, *texts):
    documents, found = of_sources([(tmp_path / f"{at}.yaml", Source(f"{at}.yaml", text)) for at, text in enumerate(texts)])
    specs, more = collect(documents.valid)
    return specs, found + more


def codes(found):
    return [(each.code, each.span.path, each.span.text) for each in found]


def values(specs, environment):
    resolved, found = resolve(specs, environment)
    return {spec.kind: spec.node.value for spec in resolved}, found


def test_an_overlay_holds_only_what_differs(tmp_path):
    over = "kind: database\nname: shop\nenvironment: staging\nhardware: {cpus: 2}\ncontacts: {dba: {phone: null, name: Ada}, oncall: {email: c@d}}\nplatform: rds\n"
    specs, found = read(tmp_path, SHOP + "hardware: {cpus: 8, disk: 5GB}\n", over)
    assert not found
    assert specs.environments == ("staging", "production")
    staging, found = values(specs, "staging")
    assert not found
    assert staging["database"]["hardware"] == {"cpus": 2, "disk": "5GB"}
    assert staging["database"]["contacts"] == {"dba": {"email": "a@b", "name": "Ada"}, "oncall": {"email": "c@d"}}
    assert staging["database"]["platform"] == "rds"
    production, _ = values(specs, "production")
    assert production["database"]["hardware"] == {"cpus": 8, "disk": "5GB"}
    assert "environment" not in staging["database"]


def test_a_value_knows_the_file_it_was_set_in(tmp_path):
    over = "kind: database\nname: shop\nenvironment: staging\nhardware: {cpus: 2}\n"
    specs, _ = read(tmp_path, SHOP + "hardware: {cpus: 8, disk: 5GB}\n", over)
    node = resolve(specs, "staging")[0][0].node
    assert (node.at("hardware", "cpus").path, node.at("hardware", "disk").path, node.at("name").path) == ("1.yaml", "0.yaml", "0.yaml")


def test_what_no_overlay_touches_is_the_same_value(tmp_path):
    specs, _ = read(tmp_path, SHOP, ORDERS, "kind: database\nname: shop\nenvironment: staging\nplatform: rds\n")
    staging, production = resolve(specs, "staging")[0], resolve(specs, "production")[0]
    assert staging[1].node is production[1].node
    assert staging[0].node is not production[0].node


OVERLAY = "kind: database\nname: shop\nenvironment: staging\n"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([SHOP, OVERLAY.replace("shop", "shp") + "platform: rds\n"], ("SP120", "1.yaml", "shp")),
        ([SHOP, OVERLAY.replace("staging", "stagin") + "platform: rds\n"], ("SP121", "1.yaml", "stagin")),
        ([SHOP.replace("environments: [staging, production]\n", ""), OVERLAY + "platform: rds\n"], ("SP121", "1.yaml", "staging")),
        ([SHOP, ORDERS, ORDERS + "environment: staging\n"], ("SP122", "2.yaml", "environment")),
        ([SHOP, OVERLAY + "schema: other.sql\n"], ("SP122", "1.yaml", "schema")),
        ([SHOP, SHOP], ("SP123", "1.yaml", "shop")),
        ([ORDERS], ("SP124", "0.yaml", "indexes")),
        ([SHOP, SHOP.replace("shop", "auth"), ORDERS], ("SP125", "2.yaml", "indexes")),
        ([SHOP, ORDERS + "database: shp\n"], ("SP126", "1.yaml", "shp")),
        ([SHOP, ORDERS.replace("table: orders", "tables: orders")], ("SP022", "1.yaml", "tables")),
    ],
)
def test_what_does_not_fit(tmp_path, texts, expected):
    assert codes(read(tmp_path, *texts)[1]) == [expected]


def test_an_overlay_that_removes_nothing(tmp_path):
    specs, found = read(tmp_path, SHOP, OVERLAY + "hardware: null\n")
    assert not found
    (finding,) = resolve(specs, "staging")[1]
    assert (finding.code, finding.span.text, finding.environments) == ("SP128", "hardware", ("staging",))


def test_an_overlay_that_makes_the_object_invalid(tmp_path):
    specs, found = read(tmp_path, SHOP, OVERLAY + "server_version: null\n")
    resolved, more = resolve(specs, "staging")
    assert not found
    assert [finding.code for finding in more] == ["SP023"]
    assert resolved[0].node.get("server_version").value == 15


def test_databases_are_part_of_the_identity(tmp_path):
    auth = SHOP.replace("shop", "auth")
    specs, found = read(tmp_path, SHOP, auth, ORDERS + "database: shop\n", ORDERS + "database: auth\n")
    assert not found
    assert [identity for kind, identity in specs.bases if kind == "indexes"] == [("shop", "public", "orders"), ("auth", "public", "orders")]


def test_documents_about_one_table_add_up(tmp_path):
    specs, found = read(tmp_path, SHOP, ORDERS, ORDERS.replace("userId", "status").replace("orders", "public.orders"), ORDERS)
    assert not found
    (spec,) = [spec for spec in resolve(specs, "staging")[0] if spec.kind == "indexes"]
    read_specs, found = indexes.read(spec.node, "shop")
    assert [(each.name, each.at.path, each.position) for each in read_specs] == [("idx_orders_userId", "1.yaml", 0), ("idx_orders_status", "2.yaml", 1)]
    (finding,) = found
    assert (finding.code, finding.span.path, finding.labels[0].span.path) == ("SP127", "3.yaml", "1.yaml")


def test_one_mistake_hides_nothing_else(tmp_path):
    documents, found = of_sources([(tmp_path / "a", Source("a.yaml", ORDERS + "  - {columns: [a], unqiue: true}\n  - [status]\n"))])
    assert [each.code for each in found] == ["SP022"]
    assert [spec.name for spec in indexes.read(documents.valid[0].root, "shop")[0]] == ["idx_orders_userId", "idx_orders_status"]


def test_the_model_of_a_database(tmp_path):
    text = SHOP.replace("15\n", "15.10\n") + "runner: prisma v6.2.1\ntables: {orders: {rows: 10, writes: 30/min}, auth.users: {writes: 2/s}}\nhardware: {memory: 1.5GB}\n"
    specs, _ = read(tmp_path, text)
    spec, found = databases.read(next(iter(specs.bases.values())))
    assert not found
    assert (spec.server_version, spec.major, spec.runner, spec.hardware.memory) == ("15.10", 15, ("prisma", "6.2.1", ""), 1610612736)
    orders, users = databases.table_name("orders"), databases.table_name("auth.users")
    assert (spec.rows(orders), spec.writes_per_second(orders), spec.writes_per_second(users), spec.rows(users)) == (10, 0.5, 2.0, None)


def test_an_unknown_server_version(tmp_path):
    specs, _ = read(tmp_path, SHOP.replace("15\n", "9.6\n"))
    spec, found = databases.read(next(iter(specs.bases.values())))
    assert [each.code for each in found] == ["SP151"] and spec.major == 13


def test_nulls_in_a_mapping_that_the_base_lacks_remove_nothing_and_leave_nothing(tmp_path):
    specs, found = read(tmp_path, SHOP, OVERLAY + "hardware: {cpus: 2, disk: null}\n")
    assert not found
    staging, found = values(specs, "staging")
    assert not found
    assert staging["database"]["hardware"] == {"cpus": 2}

"""Rows are fetched one by one, and the names are already known."""


def run(connection):
    names = dict(connection.execute("SELECT id, name FROM customers").fetchall())
    cursor = connection.cursor()
    cursor.execute("SELECT id, customer_id FROM orders ORDER BY id")
    rows = []
    while order := cursor.fetchone():
        rows.append((order[0], names[order[1]]))
    return rows

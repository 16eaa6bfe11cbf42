"""Rows are fetched one by one, and each asks again."""


def run(connection):
    cursor = connection.cursor()
    cursor.execute("SELECT id, customer_id FROM orders ORDER BY id")
    rows = []
    while order := cursor.fetchone():
        found = connection.execute("SELECT name FROM customers WHERE id = ?", (order[1],)).fetchone()  # finding
        rows.append((order[0], found[0]))
    return rows

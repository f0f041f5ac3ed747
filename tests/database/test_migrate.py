import psycopg, time


def test_x(postgresql):
    for s in ("file_copy", "wal_log"):
        c = psycopg.connect(postgresql.url, autocommit=True)
        t = time.time()
        c.execute(f"create database a_{s} template linernotes_template strategy {s}")
        print(s, time.time() - t)
        with psycopg.connect(postgresql.named(f"a_{s}"), autocommit=True) as d:
            d.execute("create table x as select generate_series(1,10000)")
        print(c.execute(f"select pg_database_size('a_{s}')").fetchone())
        t = time.time()
        c.execute(f"drop database a_{s}")
        print("drop", time.time() - t)

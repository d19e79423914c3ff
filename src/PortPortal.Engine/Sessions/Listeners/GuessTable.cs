using System.Collections.Frozen;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>The words and numbers that give a listener away.</summary>
internal static class GuessTable
{
    /// <summary>By a word of the command line: a program's file name, a Node package or a Python module.</summary>
    public static readonly FrozenDictionary<string, ListenerGuess> ByWord = Index(
        Http("Vite", "vite", "vite-node"),
        Http("Next.js", "next", "next-server", "next-router-worker"),
        Http("Nuxt", "nuxt", "nuxi"),
        Http("Astro", "astro"),
        Http("Angular", "ng"),
        Http("Create React App", "react-scripts"),
        Http("webpack", "webpack", "webpack-dev-server", "rspack"),
        Http("Parcel", "parcel"),
        Http("Gatsby", "gatsby"),
        Http("Remix", "remix", "remix-serve", "react-router", "react-router-serve"),
        Http("Storybook", "storybook", "start-storybook"),
        Http("Docusaurus", "docusaurus"),
        Http("Eleventy", "eleventy"),
        Http("Hugo", "hugo"),
        Http("Jekyll", "jekyll"),
        Http("MkDocs", "mkdocs"),
        Http("Expo", "expo"),
        Http("Wrangler", "wrangler", "workerd"),
        Http("Static files", "http-server", "live-server", "serve", "http.server", "sirv"),
        Http("JSON Server", "json-server"),
        Http("Jupyter", "jupyter", "jupyter-lab", "jupyter-notebook", "jupyter-server", "jupyterlab", "notebook"),
        Http("Streamlit", "streamlit"),
        Http("Gradio", "gradio"),
        Http("TensorBoard", "tensorboard"),
        Http("MLflow", "mlflow"),
        Http("Marimo", "marimo"),
        Http("Flask", "flask"),
        Http("Django", "manage.py", "django-admin"),
        Http("Uvicorn", "uvicorn"),
        Http("FastAPI", "fastapi"),
        Http("Gunicorn", "gunicorn"),
        Http("Hypercorn", "hypercorn"),
        Http("Rails", "rails"),
        Http("Puma", "puma"),
        Http("PHP", "php"),
        Http("nginx", "nginx"),
        Http("Apache", "apache2", "httpd"),
        Http("Caddy", "caddy"),
        Http("HAProxy", "haproxy"),
        Http("Traefik", "traefik"),
        Http("Envoy", "envoy"),
        Http("Grafana", "grafana", "grafana-server"),
        Http("Prometheus", "prometheus"),
        Http("OpenTelemetry Collector", "otelcol", "otelcol-contrib"),
        Http("Jaeger", "jaeger-all-in-one", "jaeger"),
        Http("Elasticsearch", "org.elasticsearch.bootstrap.elasticsearch", "elasticsearch"),
        Http("OpenSearch", "org.opensearch.bootstrap.opensearch", "opensearch"),
        Http("Kibana", "kibana"),
        Http("MinIO", "minio"),
        Http("Meilisearch", "meilisearch"),
        Http("Ollama", "ollama"),
        Http("code-server", "code-server", "openvscode-server"),
        Http("RStudio", "rserver"),
        Http("Keycloak", "keycloak"),
        Http("InfluxDB", "influxd"),
        Http("Mailpit", "mailpit", "mailhog"),
        Http("Hasura", "graphql-engine"),
        Database("PostgreSQL", "postgres", "postmaster", "pgbouncer"),
        Database("MySQL", "mysqld"),
        Database("MariaDB", "mariadbd"),
        Database("MongoDB", "mongod", "mongos"),
        Database("Redis", "redis-server"),
        Database("Valkey", "valkey-server"),
        Database("KeyDB", "keydb-server"),
        Database("Memcached", "memcached"),
        Database("CockroachDB", "cockroach"),
        Database("ClickHouse", "clickhouse", "clickhouse-server"),
        Database("Cassandra", "org.apache.cassandra.service.cassandradaemon"),
        Database("Neo4j", "org.neo4j.server.neo4jcommunity"),
        Database("etcd", "etcd"),
        Database("SQL Server", "sqlservr"),
        Database("Oracle", "tnslsnr"),
        Tcp("RabbitMQ", "rabbitmq-server"),
        Tcp("Kafka", "kafka.kafka"),
        Tcp("NATS", "nats-server"),
        Tcp("Mosquitto", "mosquitto"),
        Tcp("ZooKeeper", "org.apache.zookeeper.server.quorum.quorumpeermain"),
        Tcp("Mail", "exim4", "dovecot", "smtpd"),
        Tcp("DNS", "systemd-resolve", "dnsmasq", "named", "unbound"),
        Tcp("VNC", "xvnc", "x11vnc", "xtigervnc"),
        new("SSH", ListenerKind.Ssh, "sshd", "dropbear"),
        new("Delve", ListenerKind.Debugger, "dlv"),
        new("gdbserver", ListenerKind.Debugger, "gdbserver"));

    /// <summary>Where one program speaks something else on some port.</summary>
    public static readonly FrozenDictionary<(string Name, int Port), ListenerGuess> ByNameAndPort = new Dictionary<(string, int), ListenerGuess>
    {
        [("ClickHouse", 8123)] = new("ClickHouse HTTP", ListenerKind.Http),
        [("CockroachDB", 8080)] = new("CockroachDB console", ListenerKind.Http),
        [("Mailpit", 1025)] = new("Mailpit SMTP", ListenerKind.Tcp),
        [("Neo4j", 7474)] = new("Neo4j browser", ListenerKind.Http),
        [("NATS", 8222)] = new("NATS monitor", ListenerKind.Http),
    }.ToFrozenDictionary();

    /// <summary>By the number alone, for processes that say nothing or cannot be seen.</summary>
    public static readonly FrozenDictionary<int, ListenerGuess> ByPort = new Dictionary<int, ListenerGuess>
    {
        [22] = new("SSH", ListenerKind.Ssh),
        [25] = new("Mail", ListenerKind.Tcp),
        [53] = new("DNS", ListenerKind.Tcp),
        [80] = new("Web server", ListenerKind.Http),
        [443] = new("Web server", ListenerKind.Http),
        [1433] = new("SQL Server", ListenerKind.Database),
        [1521] = new("Oracle", ListenerKind.Database),
        [1883] = new("MQTT", ListenerKind.Tcp),
        [3306] = new("MySQL", ListenerKind.Database),
        [4222] = new("NATS", ListenerKind.Tcp),
        [5432] = new("PostgreSQL", ListenerKind.Database),
        [5672] = new("RabbitMQ", ListenerKind.Tcp),
        [5900] = new("VNC", ListenerKind.Tcp),
        [6379] = new("Redis", ListenerKind.Database),
        [8080] = new("Web server", ListenerKind.Http),
        [9042] = new("Cassandra", ListenerKind.Database),
        [9092] = new("Kafka", ListenerKind.Tcp),
        [9229] = new("Node.js inspector", ListenerKind.Debugger),
        [11211] = new("Memcached", ListenerKind.Database),
        [15672] = new("RabbitMQ management", ListenerKind.Http),
        [27017] = new("MongoDB", ListenerKind.Database),
    }.ToFrozenDictionary();

    private static FrozenDictionary<string, ListenerGuess> Index(params IEnumerable<Entry> entries) => entries
        .SelectMany(entry => entry.Words.Select(word => KeyValuePair.Create(word, new ListenerGuess(entry.Name, entry.Kind))))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static Entry Http(string name, params string[] words) => new(name, ListenerKind.Http, words);

    private static Entry Database(string name, params string[] words) => new(name, ListenerKind.Database, words);

    private static Entry Tcp(string name, params string[] words) => new(name, ListenerKind.Tcp, words);

    private sealed record Entry(string Name, ListenerKind Kind, params string[] Words);
}

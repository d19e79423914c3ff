using System.Text;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class GuesserTests
{
    [Theory]
    [InlineData(5173, "node", "node /home/mira/web-shop/node_modules/.bin/vite --port 5173", "Vite", ListenerKind.Http)]
    [InlineData(5173, "node", "node /home/mira/web-shop/node_modules/vite/bin/vite.js", "Vite", ListenerKind.Http)]
    [InlineData(3000, "next-server (v1", "next-server (v15.1.0)", "Next.js", ListenerKind.Http)]
    [InlineData(3000, "next-server", "next-server (v15.1.0)", "Next.js", ListenerKind.Http)]
    [InlineData(3000, "node", "node --require ts-node/register /srv/site/node_modules/next/dist/bin/next dev", "Next.js", ListenerKind.Http)]
    [InlineData(4200, "node", "node /srv/x/node_modules/@angular/cli/bin/ng.js serve", "Angular", ListenerKind.Http)]
    [InlineData(6006, "node", "node /srv/x/node_modules/@storybook/cli/bin/storybook dev", "Storybook", ListenerKind.Http)]
    [InlineData(8888, "jupyter-lab", "/usr/bin/python3 /usr/local/bin/jupyter-lab --no-browser", "Jupyter", ListenerKind.Http)]
    [InlineData(8000, "python3", "python3 -m http.server 8000", "Static files", ListenerKind.Http)]
    [InlineData(8000, "python3", "python3 -X dev -m uvicorn app:app", "Uvicorn", ListenerKind.Http)]
    [InlineData(8000, "python", "python manage.py runserver", "Django", ListenerKind.Http)]
    [InlineData(8501, "streamlit", "/usr/bin/python3 /usr/local/bin/streamlit run app.py", "Streamlit", ListenerKind.Http)]
    [InlineData(8080, "php", "php -S 127.0.0.1:8080", "PHP", ListenerKind.Http)]
    [InlineData(80, "nginx", "nginx: master process /usr/sbin/nginx -g daemon on;", "nginx", ListenerKind.Http)]
    [InlineData(9200, "java", "/usr/bin/java -Xms1g -cp /x.jar org.elasticsearch.bootstrap.Elasticsearch", "Elasticsearch", ListenerKind.Http)]
    [InlineData(5432, "postgres", "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main", "PostgreSQL", ListenerKind.Database)]
    [InlineData(6379, "redis-server", "redis-server *:6379", "Redis", ListenerKind.Database)]
    [InlineData(8123, "clickhouse-serv", "/usr/bin/clickhouse-server --config /etc/c.xml", "ClickHouse HTTP", ListenerKind.Http)]
    [InlineData(9000, "clickhouse-serv", "/usr/bin/clickhouse-server --config /etc/c.xml", "ClickHouse", ListenerKind.Database)]
    [InlineData(5672, "beam.smp", "/usr/lib/erlang/bin/beam.smp -W w", "RabbitMQ", ListenerKind.Tcp)]
    [InlineData(2222, "sshd", "sshd: /usr/sbin/sshd -D [listener]", "SSH", ListenerKind.Ssh)]
    [InlineData(9229, "node", "node --inspect server.js", "Node.js inspector", ListenerKind.Debugger)]
    [InlineData(9300, "node", "node --inspect-brk=0.0.0.0:9300 server.js", "Node.js inspector", ListenerKind.Debugger)]
    [InlineData(5005, "java", "java -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005 -jar app.jar", "Java debugger", ListenerKind.Debugger)]
    [InlineData(5678, "python", "python -m debugpy --listen 5678 -m uvicorn app:app --port 8000", "debugpy", ListenerKind.Debugger)]
    [InlineData(8000, "python", "python -m debugpy --listen 5678 -m uvicorn app:app --port 8000", "Uvicorn", ListenerKind.Http)]
    public void Guess_KnownProgram_IsNamed(int port, string process, string commandLine, string name, ListenerKind kind) =>
        Assert.Equal(new ListenerGuess(name, kind), Guess(port, process, commandLine));

    [Theory]
    [InlineData(3000, "node", "node --inspect server.js")]
    [InlineData(3000, "node", "node --inspect=9300 server.js")]
    [InlineData(8081, "java", "java -agentlib:jdwp=transport=dt_socket,address=5005 -jar app.jar")]
    [InlineData(3000, "orders", "/srv/orders serve")]
    [InlineData(3000, "orders", "/srv/orders --name vite next")]
    [InlineData(3000, "orders", "/srv/orders --config=/etc/nginx/vite.js")]
    [InlineData(3000, "node", "")]
    public void Guess_NothingThatTells_IsNull(int port, string process, string commandLine) => Assert.Null(Guess(port, process, commandLine));

    [Theory]
    [InlineData(5432, "PostgreSQL", ListenerKind.Database)]
    [InlineData(22, "SSH", ListenerKind.Ssh)]
    [InlineData(27017, "MongoDB", ListenerKind.Database)]
    public void Guess_ProcessUnknown_GoesByTheNumber(int port, string name, ListenerKind kind) =>
        Assert.Equal(new ListenerGuess(name, kind), Guesser.Guess(port, owner: null));

    [Fact]
    public void Guess_NumberNobodyKnows_IsNull() => Assert.Null(Guesser.Guess(31_999, owner: null));

    [Fact]
    public void Guess_HostileArguments_AreJudgedInBoundedTime()
    {
        var arguments = string.Join('\0', Enumerable.Repeat("-agentlib:jdwp=" + new string(',', 60), 1000).Append("debugpy"));

        Assert.Null(Guess(3000, new string('/', 64), arguments.Replace('\0', ' ')));
    }

    private static ListenerGuess? Guess(int port, string process, string commandLine)
    {
        var raw = Encoding.UTF8.GetBytes(commandLine.Replace(' ', '\0'));
        return Guesser.Guess(port, new ProcessOwner(new(1, process, commandLine, null), new CommandLine(raw), 3));
    }
}

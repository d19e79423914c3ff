using System.Globalization;

namespace PortPortal.Components.Live;

/// <summary>The command line of a client that speaks what a port probably speaks.</summary>
internal static class ForwardCommand
{
    private static readonly Dictionary<int, string> Known = new()
    {
        [3306] = "MySQL",
        [5432] = "PostgreSQL",
        [6379] = "Redis",
        [27017] = "MongoDB",
        [1883] = "MQTT",
        [5672] = "RabbitMQ",
        [9092] = "Kafka",
    };

    /// <summary>What a port number usually is; null for any other.</summary>
    public static string? NameOf(int guestPort) => Known.GetValueOrDefault(guestPort);

    /// <param name="guess">What was seen listening there, which tells more than the number.</param>
    public static string For(int guestPort, string? guess, string host, int port)
    {
        var at = port.ToString(CultureInfo.InvariantCulture);
        return (guess ?? NameOf(guestPort)) switch
        {
            "PostgreSQL" or "CockroachDB" => $"psql -h {host} -p {at} -U postgres",
            "Redis" or "Valkey" or "KeyDB" => $"redis-cli -h {host} -p {at}",
            "MySQL" or "MariaDB" => $"mysql -h {host} -P {at} -u root -p",
            "MongoDB" => $"mongosh mongodb://{host}:{at}",
            "MQTT" or "Mosquitto" => $"mosquitto_sub -h {host} -p {at} -t '#'",
            _ => $"nc {host} {at}",
        };
    }
}

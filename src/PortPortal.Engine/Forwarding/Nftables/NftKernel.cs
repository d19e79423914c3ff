using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using PortPortal.Engine.Forwarding.Netlink;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>Reads our table and changes single elements by netlink, 0.01 ms each (linux/netfilter/nf_tables.h).</summary>
internal sealed class NftKernel : IDisposable
{
    public const int Subsystem = 10;
    public const byte FamilyInet = 1;
    public const int BatchBegin = 16;
    public const int BatchEnd = 17;

    private const int GetChain = 4;
    private const int GetRule = 7;
    private const int GetSet = 10;
    private const int NewElement = 12;
    private const int GetElement = 13;
    private const int DeleteElement = 14;
    private const int GetGeneration = 16;

    // An attribute's length has 16 bits, and an element takes less than 128 bytes.
    private const int ElementsPerMessage = 400;

    private readonly NetlinkSocket _socket = new(NetlinkSocket.Netfilter, TimeSpan.FromSeconds(5));

    /// <summary>A number that every change of any table of this network namespace raises.</summary>
    public uint ReadGeneration()
    {
        var request = new NetlinkWriter(_socket.ReserveSequence(1));
        request.BeginNetfilter(Subsystem, GetGeneration, flags: 0, family: 0);
        request.End();
        uint generation = 0;
        _socket.Dump(request, message => generation = BinaryPrimitives.ReadUInt32BigEndian(NetlinkAttributes.Find(message.Payload[4..], Attr.GenerationId)));
        return generation;
    }

    /// <summary>Everything in the table as of one generation; null where there is no such table.</summary>
    public NftFound? Read(out uint? generation) => Consistently(() => ReadElements(NftTable.Sets, new() { Structure = ReadStructure() }), out generation);

    /// <summary>The counters only.</summary>
    public NftFound? ReadCounters() => Consistently(() => ReadElements(NftTable.CountingSets, new() { Structure = string.Empty }), out _);

    public IReadOnlyList<NftKnock> ReadKnocks() => ReadElements([NftTable.Knocked4, NftTable.Knocked6], new() { Structure = string.Empty }).Knocks;

    /// <summary>A sum over sets, chains and rules as the kernel has them.</summary>
    public string ReadStructure()
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (list, attributes) in new[] { (GetSet, Attr.OfSets), (GetChain, Attr.OfChains), (GetRule, Attr.OfRules) })
        {
            Dump(list, set: null, payload =>
            {
                sum.AppendData([(byte)list]);
                foreach (var attribute in new NetlinkAttributes(payload))
                {
                    if (attributes.Contains(attribute.Type))
                    {
                        sum.AppendData([(byte)attribute.Type]);
                        sum.AppendData(attribute.Value);
                    }
                }
            });
        }

        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    /// <summary>Takes elements out and puts others in, all in one transaction.</summary>
    /// <exception cref="NetlinkException">Nothing was changed.</exception>
    public void Amend(IReadOnlyCollection<NftElement> remove, IReadOnlyCollection<NftElement> add, TimeSpan? timeout = null)
    {
        var request = new NetlinkWriter(_socket.ReserveSequence(remove.Count + add.Count + 2));
        request.BeginNetfilter(subsystem: 0, BatchBegin, flags: 0, family: 0, resource: Subsystem);
        request.End();
        var messages = Messages(DeleteElement, remove).Concat(Messages(NewElement, add)).ToList();
        foreach (var (type, set, elements) in messages)
        {
            var isLast = elements == messages[^1].Elements;
            var flags = (ushort)((type == NewElement ? NetlinkWriter.Create : 0) | (isLast ? NetlinkWriter.Acknowledge : 0));
            request.BeginNetfilter(Subsystem, type, flags, FamilyInet);
            request.Attribute(Attr.ElementsTable, NftTable.Name);
            request.Attribute(Attr.ElementsSet, set.Name);
            var list = request.BeginNest(Attr.Elements);
            foreach (var element in elements)
            {
                Write(request, element, withValue: type == NewElement, timeout);
            }

            request.EndNest(list);
            request.End();
        }

        request.BeginNetfilter(subsystem: 0, BatchEnd, flags: 0, family: 0, resource: Subsystem);
        request.End();
        if (messages.Count > 0)
        {
            _socket.Execute(request);
        }
    }

    /// <summary>Takes out an element that may have vanished by itself.</summary>
    public void TryRemove(NftElement element)
    {
        try
        {
            Amend([element], []);
        }
        catch (NetlinkException e) when (e.Errno == NetlinkException.NoEntry)
        {
            // Its time was up.
        }
    }

    public void Dispose() => _socket.Dispose();

    private static IEnumerable<(int Type, NftSet Set, NftElement[] Elements)> Messages(int type, IEnumerable<NftElement> elements) =>
        elements.GroupBy(e => e.Set).SelectMany(set => set.Chunk(ElementsPerMessage).Select(chunk => (type, set.Key, chunk)));

    private static void Write(NetlinkWriter request, NftElement element, bool withValue, TimeSpan? timeout)
    {
        var nest = request.BeginNest(Attr.ListItem);
        var (first, last) = NftEncoding.Encode(element.Set.Key, element.Key);
        WriteValue(request, Attr.Key, first);
        if (element.Set.IsInterval)
        {
            WriteValue(request, Attr.KeyEnd, last);
        }

        if (withValue && element.Value.Length > 0)
        {
            WriteValue(request, Attr.Value, NftEncoding.Encode(element.Set.Value, element.Value).First);
        }

        if (withValue && timeout is { } duration)
        {
            request.Attribute(Attr.Timeout, (ulong)duration.TotalMilliseconds);
        }

        request.EndNest(nest);
    }

    private static void WriteValue(NetlinkWriter request, int type, byte[] value)
    {
        var nest = request.BeginNest(type);
        request.Attribute(Attr.DataValue, value);
        request.EndNest(nest);
    }

    /// <summary>Reads again while someone else is writing; null where table or set is missing.</summary>
    private NftFound? Consistently(Func<NftFound> read, out uint? generation)
    {
        const int Attempts = 20;
        for (var attempt = 1; ; attempt++)
        {
            var before = ReadGeneration();
            var found = OrMissing(read);
            generation = ReadGeneration() == before ? before : null;
            if (generation is not null || attempt == Attempts)
            {
                return found;
            }
        }
    }

    private static NftFound? OrMissing(Func<NftFound> read)
    {
        try
        {
            return read();
        }
        catch (NetlinkException e) when (e.Errno == NetlinkException.NoEntry)
        {
            return null;
        }
    }

    private NftFound ReadElements(IEnumerable<NftSet> sets, NftFound found)
    {
        foreach (var set in sets)
        {
            Dump(GetElement, set, payload =>
            {
                foreach (var item in new NetlinkAttributes(NetlinkAttributes.Find(payload, Attr.Elements)))
                {
                    Take(set, item.Value, found);
                }
            });
        }

        return found;
    }

    private static void Take(NftSet set, ReadOnlySpan<byte> element, NftFound found)
    {
        ReadOnlySpan<byte> key = [], end = [], value = [], counter = [];
        ulong expiration = 0;
        foreach (var attribute in new NetlinkAttributes(element))
        {
            switch (attribute.Type)
            {
                case Attr.Key:
                    key = NetlinkAttributes.Find(attribute.Value, Attr.DataValue);
                    break;
                case Attr.KeyEnd:
                    end = NetlinkAttributes.Find(attribute.Value, Attr.DataValue);
                    break;
                case Attr.Value:
                    value = NetlinkAttributes.Find(attribute.Value, Attr.DataValue);
                    break;
                case Attr.Expiration:
                    expiration = BinaryPrimitives.ReadUInt64BigEndian(attribute.Value);
                    break;
                case Attr.Expression:
                    counter = NetlinkAttributes.Find(attribute.Value, Attr.ExpressionContent);
                    break;
            }
        }

        if (key.IsEmpty)
        {
            return;
        }

        var read = new NftElement(
            set,
            NftEncoding.Decode(set.Key, key, end.IsEmpty ? key : end),
            value.IsEmpty ? string.Empty : NftEncoding.Decode(set.Value, value, value));
        if (set.Expires)
        {
            var fields = read.Key.Split(" . ");
            found.Knocks.Add(new(read, NftElement.MarkOf(fields[0]) ?? 0, IPAddress.Parse(fields[1]), TimeSpan.FromMilliseconds(expiration)));
        }
        else
        {
            found.Elements[read] = set.Counts && !counter.IsEmpty ? ReadCounter(counter) : NftCounter.Zero;
        }
    }

    private static NftCounter ReadCounter(ReadOnlySpan<byte> content) => new(
        BinaryPrimitives.ReadInt64BigEndian(NetlinkAttributes.Find(content, Attr.CounterPackets)),
        BinaryPrimitives.ReadInt64BigEndian(NetlinkAttributes.Find(content, Attr.CounterBytes)));

    /// <summary>Hands on the attributes of each item of a list that belongs to our table.</summary>
    private void Dump(int type, NftSet? set, PayloadAction item)
    {
        var request = new NetlinkWriter(_socket.ReserveSequence(1));
        request.BeginNetfilter(Subsystem, type, NetlinkWriter.Dump, FamilyInet);
        request.Attribute(Attr.Table, NftTable.Name);
        if (set is not null)
        {
            request.Attribute(Attr.ElementsSet, set.Name);
        }

        request.End();
        _socket.Dump(request, message =>
        {
            // Older kernels list the chains of every table.
            var payload = message.Payload[4..];
            if (NetlinkAttributes.Find(payload, Attr.Table).SequenceEqual(NftTable.WireName))
            {
                item(payload);
            }
        });
    }

    private delegate void PayloadAction(ReadOnlySpan<byte> payload);

    /// <summary>The attribute numbers of nf_tables.h that are used here.</summary>
    private static class Attr
    {
        public const int Table = 1;
        public const int GenerationId = 1;
        public const int ElementsTable = 1;
        public const int ElementsSet = 2;
        public const int Elements = 3;
        public const int ListItem = 1;
        public const int Key = 1;
        public const int Value = 2;
        public const int Timeout = 4;
        public const int Expiration = 5;
        public const int Expression = 7;
        public const int KeyEnd = 10;
        public const int DataValue = 1;
        public const int ExpressionContent = 2;
        public const int CounterBytes = 1;
        public const int CounterPackets = 2;

        /// <summary>Name, flags, key and value lengths.</summary>
        public static readonly int[] OfSets = [2, 3, 5, 7];

        /// <summary>Name, hook, policy, type.</summary>
        public static readonly int[] OfChains = [3, 4, 5, 7];

        /// <summary>Chain and expressions.</summary>
        public static readonly int[] OfRules = [2, 4];
    }
}

using System.Buffers;
using System.IO.Pipelines;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Reads some bytes that are at hand, then goes on with another reader.</summary>
internal sealed class PrefixedPipeReader(byte[] prefix, PipeReader rest) : PipeReader
{
    private ReadOnlySequence<byte> _prefix = new(prefix);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _prefix.IsEmpty ? rest.ReadAsync(cancellationToken) : new(new ReadResult(_prefix, isCanceled: false, isCompleted: false));

    public override bool TryRead(out ReadResult result)
    {
        if (_prefix.IsEmpty)
        {
            return rest.TryRead(out result);
        }

        result = new ReadResult(_prefix, isCanceled: false, isCompleted: false);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <remarks>A reader that has examined the prefix without consuming it would spin; TLS consumes what it reads.</remarks>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_prefix.IsEmpty)
        {
            rest.AdvanceTo(consumed, examined);
        }
        else
        {
            _prefix = _prefix.Slice(consumed);
        }
    }

    public override void CancelPendingRead() => rest.CancelPendingRead();

    public override void Complete(Exception? exception = null) => rest.Complete(exception);
}

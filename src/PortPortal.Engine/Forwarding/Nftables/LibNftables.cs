using System.Runtime.InteropServices;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>Runs a script in one transaction by the library that <c>nft</c> itself is made of; no process is started.</summary>
internal static partial class LibNftables
{
    private const string Library = "libnftables.so.1";

    /// <exception cref="NftablesException">The script was refused, and nothing of it done.</exception>
    /// <exception cref="DllNotFoundException">The library is not installed.</exception>
    public static void Run(string script)
    {
        var context = NewContext(0);
        if (context == 0)
        {
            throw new NftablesException("libnftables could not be started");
        }

        try
        {
            _ = BufferOutput(context);
            _ = BufferErrors(context);
            if (RunBuffer(context, script) != 0)
            {
                throw new NftablesException(FirstLineOf(Marshal.PtrToStringUTF8(GetErrors(context))));
            }
        }
        finally
        {
            FreeContext(context);
        }
    }

    private static string FirstLineOf(string? errors) =>
        errors?.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "libnftables gave no reason";

    [LibraryImport(Library, EntryPoint = "nft_ctx_new")]
    private static partial nint NewContext(uint flags);

    [LibraryImport(Library, EntryPoint = "nft_ctx_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "nft_ctx_buffer_output")]
    private static partial int BufferOutput(nint context);

    [LibraryImport(Library, EntryPoint = "nft_ctx_buffer_error")]
    private static partial int BufferErrors(nint context);

    [LibraryImport(Library, EntryPoint = "nft_ctx_get_error_buffer")]
    private static partial nint GetErrors(nint context);

    [LibraryImport(Library, EntryPoint = "nft_run_cmd_from_buffer", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RunBuffer(nint context, string script);
}

/// <summary>nftables said no.</summary>
internal sealed class NftablesException(string message) : Exception(message);

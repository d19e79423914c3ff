using System.Text.Json.Nodes;

namespace PortPortal.Engine.Tunnels.Pangolin;

/// <summary>Puts the asked-for proof on a resource in an order in which it is never open without one, and reads it back.</summary>
/// <remarks>
/// Pangolin admits whoever has any one of the proofs that are set, and everybody where none is. So the new one is put on before the old one is
/// taken off, with its own sign-in standing in between; a resource is born with that on.
/// </remarks>
internal static class PangolinGates
{
    public static async Task SetAsync(PangolinClient api, PangolinResource resource, PangolinPort port, CancellationToken cancellationToken)
    {
        var id = resource.Id;

        // 1. Sign-in stands first, whatever comes.
        if (resource.Sso != true)
        {
            await api.UpdateAsync(id, new() { ["sso"] = true }, cancellationToken);
            if ((await api.GetAsync(id, cancellationToken)).Sso != true)
            {
                throw new PangolinException("its sign-in is off although it said that it is on") { Status = 200 };
            }
        }

        // 2. The new proof beside it.
        if (port.Gate == PangolinGate.Pin)
        {
            await api.SetPinAsync(id, port.Pin, cancellationToken);
        }

        if (port.Gate == PangolinGate.Email)
        {
            // A list before the switch is refused.
            await api.UpdateAsync(id, new() { ["emailWhitelistEnabled"] = true }, cancellationToken);
            await api.SetWhitelistAsync(id, port.Emails, cancellationToken);
        }

        // 3. Proofs that are not asked for any more, other people's included: with one of them left, it alone would admit.
        if (port.Gate != PangolinGate.Pin && resource.HasPin != false)
        {
            await api.SetPinAsync(id, pin: null, cancellationToken);
        }

        if (port.Gate != PangolinGate.Email && resource.EmailWhitelist != false)
        {
            await api.UpdateAsync(id, new() { ["emailWhitelistEnabled"] = false }, cancellationToken);
        }

        if (resource.HasPassword == true)
        {
            await api.SetPasswordAsync(id, cancellationToken);
        }

        // 4. Sign-in goes last, where it is not the proof itself.
        if (port.Gate != PangolinGate.Sso)
        {
            await api.UpdateAsync(id, new() { ["sso"] = false }, cancellationToken);
        }

        // 5. And what was blocked because of an earlier failure opens; lists do not tell.
        if (resource.BlockAccess != false || resource.Enabled == false)
        {
            await api.UpdateAsync(id, new JsonObject { ["blockAccess"] = false, ["enabled"] = true }, cancellationToken);
        }
    }

    /// <summary>How what is found differs from what was asked for, in words; null where it is as it should be.</summary>
    /// <param name="found">As a read of the one resource answers it.</param>
    /// <param name="listed">As the list has it, which alone tells about PINs.</param>
    /// <param name="emails">The whitelist, where there shall be one.</param>
    public static string? Difference(PangolinPort port, string fullDomain, PangolinResource found, PangolinResource listed, IReadOnlyList<string> emails)
    {
        if (!string.Equals(found.FullDomain, fullDomain, StringComparison.OrdinalIgnoreCase))
        {
            return $"it stands at {found.FullDomain ?? "no name"} instead of {fullDomain}";
        }

        if (found.Sso != (port.Gate == PangolinGate.Sso))
        {
            return $"its sign-in is {(found.Sso == true ? "on" : "off")}";
        }

        if ((found.EmailWhitelist ?? false) != (port.Gate == PangolinGate.Email))
        {
            return $"its list of addresses is {(found.EmailWhitelist == true ? "on" : "off")}";
        }

        if (listed.HasPin != (port.Gate == PangolinGate.Pin))
        {
            return $"its PIN is {(listed.HasPin == true ? "on" : "off")}";
        }

        if (listed.HasPassword == true || listed.HasHeaderAuth == true)
        {
            return "it has a password of its own, which would admit whoever knows it";
        }

        if (found.BlockAccess == true || found.Enabled == false)
        {
            return "it is switched off";
        }

        return port.Gate == PangolinGate.Email && !emails.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(port.Emails)
            ? "its list of addresses is another one"
            : null;
    }
}

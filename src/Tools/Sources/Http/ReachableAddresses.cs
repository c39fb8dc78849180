using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AiManager.Tools;

/// <summary>Which addresses a call may leave to. Looked at where the connection is made, after the name has been resolved: a name that points elsewhere in between gains nothing.</summary>
internal static class ReachableAddresses
{
    /// <summary>Where clouds keep the keys of a machine; no service lives there that a company would name.</summary>
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("100.100.100.200"), IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("168.63.129.16")];

    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "3fff::/20",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    private static readonly IPNetwork Unicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>True when a connection may be made.</summary>
    /// <param name="address">As resolved.</param>
    /// <param name="allowsPrivate">The company's own networks and this machine too. Link-local addresses and those of metadata services stay out of reach.</param>
    public static bool May(IPAddress address, bool allowsPrivate)
    {
        var plain = Plain(address);
        if (Metadata.Contains(plain) || IsLinkLocal(plain) || IsNobody(plain))
        {
            return false;
        }

        return allowsPrivate || (plain.AddressFamily == AddressFamily.InterNetworkV6 ? Unicast.Contains(plain) && !IsListed(plain) : !IsListed(plain));
    }

    private static bool IsListed(IPAddress address) => NotPublic.Any(n => n.Contains(address));

    private static bool IsLinkLocal(IPAddress address) =>
        address.IsIPv6LinkLocal || address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..] or [>= 224, ..]);

    private static bool IsNobody(IPAddress address) => address.Equals(IPAddress.IPv6Any) || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] == 0);

    /// <summary>An IPv4 address that is written as one of IPv6, as what it is.</summary>
    private static IPAddress Plain(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : Translated.Contains(address) || (BinaryPrimitives.ReadUInt64BigEndian(bytes) == 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8)) == 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)) > 1) ? new IPAddress(bytes.AsSpan(12, 4))
            : SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4))
            : address;
    }
}

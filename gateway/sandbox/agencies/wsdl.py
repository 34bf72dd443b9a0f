"""The frame of a WSDL around an agency's own types: document style, one port, one address."""

from __future__ import annotations

from collections.abc import Sequence

_SOAP = {"1.1": "http://schemas.xmlsoap.org/wsdl/soap/", "1.2": "http://schemas.xmlsoap.org/wsdl/soap12/"}


def write_wsdl(version: str, namespace: str, name: str, operations: Sequence[str], types: str) -> str:
    """Write a WSDL 1.1 in which each operation takes the element of its name and gives that of its name and `Response`."""
    messages = "".join(
        f'<wsdl:message name="{one}{part}"><wsdl:part name="parameters" element="t:{one}{part}"/></wsdl:message>'
        for one in operations
        for part in ("", "Response")
    )
    ports = "".join(
        f'<wsdl:operation name="{one}"><wsdl:input message="t:{one}"/><wsdl:output message="t:{one}Response"/></wsdl:operation>'
        for one in operations
    )
    binding = "".join(
        f'<wsdl:operation name="{one}"><soap:operation soapAction="{namespace}/{one}" style="document"/>'
        '<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>'
        for one in operations
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="{_SOAP[version]}" xmlns:t="{namespace}"
 targetNamespace="{namespace}" name="{name}">
<wsdl:types>{types}
</wsdl:types>
{messages}
<wsdl:portType name="{name}Port">{ports}</wsdl:portType>
<wsdl:binding name="{name}Binding" type="t:{name}Port"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
{binding}</wsdl:binding>
<wsdl:service name="{name}"><wsdl:port name="{name}Port" binding="t:{name}Binding">
<soap:address location="@ADDRESS@"/></wsdl:port></wsdl:service>
</wsdl:definitions>
"""

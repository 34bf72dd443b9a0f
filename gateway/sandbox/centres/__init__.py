"""400 simulated health centres with six softwares: one server a software, the centres told apart by the first segment of the path.

Laws: those of the desk; and each centre knows only its own visits, and asks for its own key where its software has one a centre.
Must not know: the gateway, its mappings.
"""

global using ContractFactAttribute = PortPortal.SystemTests.SystemFactAttribute;

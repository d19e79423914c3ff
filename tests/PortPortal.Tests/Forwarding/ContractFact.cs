global using ContractFactAttribute = Xunit.FactAttribute;

import FacetZoo
import FuzzSupport

fuzz { try readAll(SafeTensorsFile($0)) }

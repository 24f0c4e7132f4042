"""Seventeen families of a tower operator's purchases, in generic words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_PIECE = ("UN",)
_PIECES = ((1.0, _PIECE),)
_METRE, _SQUARE, _CUBE = ("MT", "MT", "MT", "M"), ("M2", "M2", "M²"), ("M³", "M³", "M3")
_WORK = ((1.0, ("SR",)),)


@dataclass(frozen=True, slots=True)
class Family:
    """A family's share of all stock (or service) lines, its units, and words for its items.

    `units` are weights and the spellings of one unit, each as often as it is used.
    """

    name: str
    share: float
    units: Sequence[tuple[float, Sequence[str]]]
    nouns: Sequence[str]
    sizes: Sequence[str]
    is_service: bool = False


def _family(
    name: str, share: float, units: Sequence[tuple[float, Sequence[str]]], words: tuple[str, str]
) -> Family:
    nouns, sizes = (tuple(word.strip() for word in each.split(",")) for each in words)
    return Family(name, share, units, nouns, sizes, is_service=units is _WORK)


FAMILIES: tuple[Family, ...] = (
    _family(
        "MATERIAL ELETRICO",
        0.165,
        ((0.86, _PIECE), (0.11, _METRE), (0.02, ("UN", "PC")), (0.01, ("CJ",))),
        (
            (
                "DISJUNTOR,CONTATOR,FUSIVEL,TOMADA,ELETRODUTO,CONECTOR,TERMINAL,RELE,LAMPADA,BORNE,"
                "CABO FLEXIVEL,QUADRO DE COMANDO,ABRACADEIRA,CHAVE SECCIONADORA,HASTE TERRA"
            ),
            "6 MM,10 MM,16 MM,25 MM,10 A,32 A,63 A,3/4,1 POL,2 POL",
        ),
    ),
    _family(
        "EPI",
        0.18,
        ((0.96, _PIECE), (0.03, ("PAR",)), (0.01, ("CX",))),
        (
            (
                "LUVA,CAPACETE,OCULOS DE PROTECAO,CALCADO,CINTO,COLETE,CAPA DE CHUVA,PROTETOR,"
                "RESPIRADOR,MOSQUETAO,FITA DE ANCORAGEM,MACACAO"
            ),
            "P,M,G,GG,38,40,42,44,TAMANHO UNICO,REFORCADO",
        ),
    ),
    _family(
        "FERRAGENS",
        0.13,
        ((0.79, _PIECE), (0.16, ("KG",)), (0.02, _SQUARE), (0.03, _METRE)),
        (
            (
                "PARAFUSO SEXTAVADO,PORCA,ARRUELA,CANTONEIRA,PERFIL U,BARRA CHATA,TELA,CHUMBADOR,"
                "VERGALHAO,GRAMPO,ESTICADOR,SUPORTE"
            ),
            "1/4,5/16,3/8,1/2,5/8,3/4,M8,M10,M12,M16",
        ),
    ),
    _family(
        "FERRAMENTAS",
        0.12,
        ((0.99, _PIECE), (0.01, _METRE)),
        (
            (
                "CHAVE COMBINADA,CHAVE DE FENDA,ALICATE,MARTELO,SERRA,FURADEIRA,TORQUIMETRO,BROCA,"
                "TRENA,ESCADA,CORDA,POLIA,MALETA,NIVEL"
            ),
            "8 MM,10 MM,13 MM,17 MM,19 MM,6 POL,8 POL,10 POL,5 M",
        ),
    ),
    _family(
        "MATERIAL CIVIL",
        0.115,
        ((0.88, _PIECE), (0.04, ("KG",)), (0.03, _CUBE), (0.03, _SQUARE), (0.02, ("CJ",))),
        (
            (
                "TIJOLO,TELHA,CIMENTO,BLOCO,TUBO DE ESGOTO,JOELHO,REGISTRO,PORTA,TABUA,ARGAMASSA,"
                "PISO,CAIXA DE PASSAGEM"
            ),
            "20 MM,25 MM,50 MM,75 MM,100 MM,20 KG,25 KG,2 M,3 M",
        ),
    ),
    _family(
        "PINTURA",
        0.07,
        ((0.95, _PIECE), (0.03, ("GL",)), (0.02, ("LT",))),
        (
            "ESMALTE,FUNDO ANTICORROSIVO,SOLVENTE,ROLO,PINCEL,MASSA,FITA CREPE,VERNIZ",
            "BRANCO,CINZA,LARANJA,900 ML,3.6 L,18 L,9 CM,23 CM",
        ),
    ),
    _family(
        "MATERIAL DE LIMPEZA",
        0.05,
        ((0.95, _PIECE), (0.05, ("CX",))),
        (
            "DETERGENTE,DESINFETANTE,SABAO,VASSOURA,RODO,PANO,SACO PARA LIXO,ALCOOL",
            "500 ML,1 L,5 L,30 CM,60 CM,100 L",
        ),
    ),
    _family(
        "ESCRITORIO",
        0.055,
        _PIECES,
        (
            "CADEIRA,MESA,ARMARIO,CRACHA,UNIFORME,BEBEDOURO,COPO,CAFE",
            "PADRAO,PEQUENO,MEDIO,GRANDE,AZUL,PRETO",
        ),
    ),
    _family(
        "INFORMATICA",
        0.03,
        _PIECES,
        (
            "NOTEBOOK,MONITOR,TECLADO,MOUSE,CABO DE REDE,ROTEADOR,MEMORIA,FONTE",
            "15 POL,24 POL,1 M,3 M,8 GB,16 GB",
        ),
    ),
    _family(
        "ABRASIVOS",
        0.02,
        _PIECES,
        (
            "DISCO DE CORTE,DISCO DE DESBASTE,LIXA,ESCOVA DE ACO,REBOLO",
            "G80,G120,G220,4.1/2,7 POL,9 POL",
        ),
    ),
    _family(
        "PAPELARIA",
        0.015,
        _PIECES,
        ("PAPEL,CANETA,PASTA,ETIQUETA,GRAMPEADOR", "A4,A3,AZUL,PRETO,100 FOLHAS"),
    ),
    _family(
        "LUBRIFICANTES",
        0.01,
        _PIECES,
        ("OLEO,GRAXA,DESENGRIPANTE,FLUIDO", "300 ML,500 G,1 L,20 L"),
    ),
    _family(
        "SINALIZADORES",
        0.01,
        _PIECES,
        ("LUZ DE OBSTACULO,FOTOCELULA,BALIZADOR,SIRENE", "12 V,48 V,127 V,220 V"),
    ),
    _family(
        "RADIOFREQUENCIA",
        0.02,
        ((0.8, _PIECE), (0.2, _METRE)),
        ("CABO RF,CONECTOR RF,ATENUADOR,JUMPER,KIT DE ATERRAMENTO", "1/2,7/8,1.1/4,N,DIN"),
    ),
    _family(
        "ENERGIA",
        0.01,
        _PIECES,
        ("BATERIA ESTACIONARIA,RETIFICADOR,INVERSOR,FILTRO", "12 V,48 V,100 AH,150 AH"),
    ),
    _family(
        "SERVIÇOS DE TERCEIROS",
        0.53,
        _WORK,
        (
            "MONTAGEM,VISTORIA,LAUDO TECNICO,LIMPEZA DE TERRENO,INSTALACAO,LOCACAO DE MAQUINA",
            "DIARIA,MENSAL,POR OBRA,EMERGENCIAL,PROGRAMADA",
        ),
    ),
    _family(
        "SERVIÇOS DE TRANSPORTE",
        0.47,
        _WORK,
        (
            "FRETE,CARRETO,LOCACAO DE CAMINHAO,TRANSPORTE DE PESSOAL,GUINCHO",
            "LOCAL,ESTADUAL,INTERESTADUAL,DIARIA,MENSAL",
        ),
    ),
)

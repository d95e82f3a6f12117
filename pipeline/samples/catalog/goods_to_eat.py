"""The fruit and vegetables of the sample catalog."""

from pipeline.samples.catalog import produce
from pipeline.samples.catalog.good import Good
from pipeline.samples.catalog.studio import Shot

OAK = (190, 158, 118)
SLATE = (120, 124, 128)
LIME_WASH = (232, 238, 224)

FRUIT = (
    Good("FR-601", "fruit", ("Royal Gala apples", "Pommes Royal Gala"),
         ("Sweet and crisp, per kilogram.", "Sucrées et croquantes, au kilo."),
         299, "red", "", lambda rng: produce.apple((214, 196, 84), (200, 40, 42), rng), footprint=(0.4, "kg")),
    Good("FR-602", "fruit", ("Granny Smith apples", "Pommes Granny Smith"),
         ("Tart green apples, per kilogram.", "Pommes vertes acidulées, au kilo."),
         319, "green", "", lambda rng: produce.apple((132, 178, 62), (152, 198, 84), rng, leaf=False),
         Shot(scale=0.9, mirrored=True, backdrop="boards", tint=OAK), (0.4, "kg")),
    Good("FR-603", "fruit", ("Williams pears", "Poires Williams"),
         ("Juicy pears, per kilogram.", "Poires juteuses, au kilo."),
         349, "yellow", "", lambda rng: produce.pear((192, 190, 84), (208, 160, 72), rng), Shot(angle_deg=8)),
    Good("FR-604", "fruit", ("Oranges", "Oranges"),
         ("For juice or for eating, per kilogram.", "À jus ou de table, au kilo."),
         259, "orange", "", lambda rng: produce.citrus((238, 140, 34), rng, leaf=True), Shot(tint=LIME_WASH)),
    Good("FR-605", "fruit", ("Unwaxed lemons", "Citrons non traités"),
         ("For zest and juice, per kilogram.", "Pour le zeste et le jus, au kilo."),
         399, "yellow", "", lambda rng: produce.citrus((244, 212, 56), rng, pointed=True),
         Shot(angle_deg=18, scale=0.92, backdrop="boards", tint=SLATE)),
    Good("FR-606", "fruit", ("Limes", "Citrons verts"),
         ("Small and fragrant, per kilogram.", "Petits et parfumés, au kilo."),
         549, "green", "", lambda rng: produce.citrus((112, 160, 54), rng, pointed=True),
         Shot(angle_deg=-20, scale=0.75)),
    Good("FR-607", "fruit", ("Bananas", "Bananes"),
         ("Ripe bananas, per kilogram.", "Bananes mûres, au kilo."),
         189, "yellow", "", lambda _: produce.bananas((244, 208, 66)), footprint=(0.9, "kg")),
    Good("FR-608", "fruit", ("Strawberries", "Fraises"),
         ("A punnet of 250 g.", "Barquette de 250 g."),
         390, "red", "", lambda rng: produce.strawberry((204, 28, 44), rng), Shot(angle_deg=10, scale=0.95)),
    Good("FR-609", "fruit", ("Black grapes", "Raisin noir"),
         ("Seedless, per kilogram.", "Sans pépins, au kilo."),
         459, "purple", "", lambda rng: produce.grapes((108, 52, 118), rng), Shot(backdrop="boards", tint=OAK)),
    Good("FR-610", "fruit", ("White grapes", "Raisin blanc"),
         ("Muscat, per kilogram.", "Muscat, au kilo."),
         479, "green", "", lambda rng: produce.grapes((162, 190, 84), rng), Shot(angle_deg=-12, mirrored=True, scale=0.92)),
)  # fmt: skip

VEGETABLES = (
    Good("VG-701", "vegetables", ("Carrots", "Carottes"),
         ("With their greens, per bunch.", "Avec leurs fanes, la botte."),
         219, "orange", "", lambda rng: produce.carrot((236, 122, 36), rng), Shot(angle_deg=32), (0.2, "kg")),
    Good("VG-702", "vegetables", ("Vine tomatoes", "Tomates grappe"),
         ("Ripened on the vine, per kilogram.", "Mûries sur pied, au kilo."),
         329, "red", "", lambda rng: produce.tomato((210, 46, 34), rng), Shot(backdrop="boards", tint=OAK), (0.6, "kg")),
    Good("VG-703", "vegetables", ("Aubergine", "Aubergine"),
         ("Firm and glossy, each.", "Ferme et brillante, à la pièce."),
         149, "purple", "", lambda _: produce.aubergine((66, 34, 72)), Shot(angle_deg=-38)),
    Good("VG-704", "vegetables", ("Red bell pepper", "Poivron rouge"),
         ("Sweet, each.", "Doux, à la pièce."),
         129, "red", "", lambda _: produce.bell_pepper((208, 42, 34)), Shot(scale=0.95)),
    Good("VG-705", "vegetables", ("Yellow bell pepper", "Poivron jaune"),
         ("Mild and sweet, each.", "Doux et sucré, à la pièce."),
         139, "yellow", "", lambda _: produce.bell_pepper((240, 190, 48)),
         Shot(angle_deg=16, scale=0.85, mirrored=True, backdrop="boards", tint=SLATE)),
    Good("VG-706", "vegetables", ("Cucumber", "Concombre"),
         ("Long and crunchy, each.", "Long et croquant, à la pièce."),
         119, "green", "", lambda rng: produce.cucumber((48, 98, 46), rng), Shot(angle_deg=-18)),
    Good("VG-707", "vegetables", ("Yellow onions", "Oignons jaunes"),
         ("For the kitchen, per kilogram.", "Pour la cuisine, au kilo."),
         159, "yellow", "", lambda rng: produce.onion((204, 142, 70), rng), footprint=(0.3, "kg")),
    Good("VG-708", "vegetables", ("Red onions", "Oignons rouges"),
         ("Mild, for salads, per kilogram.", "Doux, pour les salades, au kilo."),
         199, "purple", "", lambda rng: produce.onion((140, 44, 92), rng),
         Shot(angle_deg=-16, scale=0.86, backdrop="boards", tint=OAK)),
    Good("VG-709", "vegetables", ("Pumpkin", "Potiron"),
         ("For soup, per kilogram.", "Pour la soupe, au kilo."),
         229, "orange", "", lambda _: produce.pumpkin((228, 122, 34)), Shot(tint=LIME_WASH)),
)  # fmt: skip

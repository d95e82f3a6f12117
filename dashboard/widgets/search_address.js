// The question of the Search page stands in the address; everything that changes it goes there.

const FORGET_SHEET = ["sheet"];

/** Ask another question: `change` gets the parameters of the address and edits them. */
function ask(change) {
  const target = new URL(window.location.href);
  for (const name of FORGET_SHEET) target.searchParams.delete(name);
  change(target.searchParams);
  goToAddress(target);
}

/** An example as it stands in the address; an id that looks weighted gets a weight. */
function writeExample(id, weight) {
  return weight === 1 && !/^\d{1,2}(\.\d{1,2})?\*/.test(id) ? id : `${weight}*${id}`;
}

/** Put a product on one side, with a weight, and take it off the other; weight 0 takes it off. */
function setExample(id, side, weight) {
  ask((params) => {
    for (const name of ["like", "unlike"]) {
      const kept = params.getAll(name).filter((text) => readId(text) !== id);
      params.delete(name);
      kept.forEach((text) => params.append(name, text));
    }
    if (weight) params.append(side, writeExample(id, weight));
  });
}

function readId(text) {
  return text.replace(/^\d{1,2}(\.\d{1,2})?\*/, "");
}

"""Numbers, amounts, dates, doses and codes: their repairs, and what may change them."""
